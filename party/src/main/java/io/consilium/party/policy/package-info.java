/**
 * The site's own policy: what may be computed with its records, for whom, and what may become
 * known. It wins over everything, and is decided here and nowhere else.
 */
package io.consilium.party.policy;
