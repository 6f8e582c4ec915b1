/** What was computed from which records of this site: the limit of repeated jobs. */
package io.consilium.party.release;
