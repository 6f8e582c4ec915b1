/**
 * Shares at rest: every file is encrypted and authenticated with AES-256-GCM, and bound to its
 * party, kind, name and version, so that files can be neither read, changed, swapped nor renamed.
 * Files that serve one attempt only are encrypted under keys that are never written.
 */
package io.consilium.party.store;
