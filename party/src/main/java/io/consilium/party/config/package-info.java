/** What {@code party.yaml} says. */
package io.consilium.party.config;
