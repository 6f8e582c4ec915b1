/** The data plane of a party: who may connect to it, and what happens to what they bring. */
package io.consilium.party.dataplane;
