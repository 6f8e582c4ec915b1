/**
 * The verbs of a site's administrator: enrolment, approvals, audit. One class per verb; {@link
 * io.consilium.party.cli.PartyMain} is their root.
 */
package io.consilium.party.cli;
