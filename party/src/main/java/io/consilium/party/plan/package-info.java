/**
 * From a manifest to what exactly would run and what exactly would be opened: compiled by every
 * party on its own.
 */
package io.consilium.party.plan;
