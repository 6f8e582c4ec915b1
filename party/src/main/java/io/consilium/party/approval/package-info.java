/**
 * How a person at the site approves a job: the node leaves a file, the officer's command answers
 * with a signed one, and the node picks it up. No open port, no password.
 */
package io.consilium.party.approval;
