/** Files that only their owner can read and that a crash never leaves half written. */
package io.consilium.party.files;
