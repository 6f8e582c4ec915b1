/** A party's part in a job: decide about it, share records for it, compute it, store its model. */
package io.consilium.party.job;
