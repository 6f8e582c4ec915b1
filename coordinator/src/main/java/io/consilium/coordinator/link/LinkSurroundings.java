package io.consilium.coordinator.link;

import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Trust;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What lies outside the link's actor and outlives it. */
final class LinkSurroundings {

  private final Consortium consortium;
  private final Identity identity;
  private final PartyListener listener;
  private final Ledger ledger = new Ledger();
  private final String incarnation = UUID.randomUUID().toString();
  private final CompletableFuture<Void> firstConnected = new CompletableFuture<>();
  private volatile boolean connected;

  LinkSurroundings(Consortium consortium, Identity identity, PartyListener listener) {
    this.consortium = consortium;
    this.identity = identity;
    this.listener = listener;
  }

  Consortium consortium() {
    return consortium;
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
