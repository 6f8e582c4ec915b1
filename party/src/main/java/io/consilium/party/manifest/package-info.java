/** The researcher's manifest, read strictly. */
package io.consilium.party.manifest;
