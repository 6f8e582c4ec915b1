package io.consilium.coordinator.link;

import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Trust;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What lies outside the link's actor and outlives it. */
final class LinkSurroundings {

  private final Supplier<Consortium> members;
  private final Identity identity;
  private final PartyListener listener;
  private final ProposalFiles proposals;
  private final Ledger ledger = new Ledger();
  private final String incarnation = UUID.randomUUID().toString();
  private final CompletableFuture<Void> firstConnected = new CompletableFuture<>();
  private volatile boolean connected;

  LinkSurroundings(
      Supplier<Consortium> members,
      Identity identity,
      PartyListener listener,
      ProposalFiles proposals) {
    this.members = members;
    this.identity = identity;
    this.listener = listener;
    this.proposals = proposals;
  }

  LinkSurroundings(Consortium consortium, Identity identity, PartyListener listener) {
    this(() -> consortium, identity, listener, ProposalFiles.none());
  }

  Consortium consortium() {
    return members.get();
  }

  ProposalFiles proposals() {
    return proposals;
  }

  Identity identity() {
    return identity;
  }

  Trust trust() {
    return identity.trust();
  }

  String party() {
    return identity.principal().name();
  }

  PartyListener listener() {
    return listener;
  }

  Ledger ledger() {
    return ledger;
  }

  String incarnation() {
    return incarnation;
  }

  boolean isConnected() {
    return connected;
  }

  CompletableFuture<Void> firstConnected() {
    return firstConnected;
  }

  void connected(boolean now) {
    connected = now;
    if (now) {
      firstConnected.complete(null);
    }
  }
}
