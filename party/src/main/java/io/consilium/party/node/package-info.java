/** The hospital's process: its files, its two planes, and what runs on them. */
package io.consilium.party.node;
