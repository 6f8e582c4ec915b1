/** A study on records that may be seen, on one machine, before any hospital is asked. */
package io.consilium.party.rehearsal;
