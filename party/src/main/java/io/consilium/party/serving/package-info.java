/** The models of this party: where they are kept, who may ask them, and what is written down. */
package io.consilium.party.serving;
