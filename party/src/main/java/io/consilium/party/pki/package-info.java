/**
 * Enrolment: the consortium's authority, certificate requests and issuing. The only package that
 * uses Bouncy Castle; nothing here runs while a model is trained or served.
 */
package io.consilium.party.pki;
