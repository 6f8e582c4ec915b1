package io.consilium.party.serving;

import io.consilium.inference.ModelCard;
import io.consilium.party.dataplane.ServingTerms;
import io.consilium.party.dataplane.wire.ModelTerms;
import io.consilium.party.dataplane.wire.SignedStatement;
import io.consilium.party.store.SealedStore;
import io.consilium.party.store.StoreKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The serving terms of the parties behind each model, on disk: those that they signed when it was
 * made, and what each has said since. Of what a party said the latest counts, so it can withdraw a
 * client or all of them without having a part in the answers.
 */
public final class TermsBook implements HolderTerms {
  /** Of a model, when it was made. */
  private static final String OF_MODEL = "model-terms";

  /** Of a party, its latest words. */
  private static final String OF_PARTY = "serving-terms";

  private final SealedStore store;
  private final Map<StoreKey, List<ServingTerms>> ofModels = new HashMap<>();
  private final Map<String, Optional<ServingTerms>> latest = new HashMap<>();

  public TermsBook(SealedStore store) {
    this.store = store;
  }

  /**
   * Keeps what the parties behind a model signed; before the model is stored, so that none is
   * served without.
   */
  public void keep(ModelCard card, List<ServingTerms> terms) throws IOException {
    ModelTerms.Builder all = ModelTerms.newBuilder();
    terms.forEach(one -> all.addTerms(one.signed()));
    store.write(keyOf(card), all.build().toByteArray(), List.of());
  }

  /** Keeps what a party says, unless it is older than what is known. */
  public synchronized void put(ServingTerms terms) throws IOException {
    Optional<ServingTerms> known = latestOf(terms.party());
    if (known.isPresent() && !terms.isLaterThan(known.get())) {
      return;
    }
    Optional<StoreKey> before = store.latest(OF_PARTY, terms.party());
    StoreKey key =
        new StoreKey(OF_PARTY, terms.party(), before.map(StoreKey::version).orElse(0L) + 1);
    store.write(key, terms.signed().toByteArray(), List.of());
    if (before.isPresent()) {
      boolean _ = store.delete(before.get());
    }
    latest.put(terms.party(), Optional.of(terms));
  }

  /** When a party said its latest terms, if it said some. */
  synchronized Optional<Instant> issuedLast(String party) throws IOException {
    return latestOf(party).map(ServingTerms::issuedAt);
  }

  @Override
  public synchronized List<ServingTerms> of(ModelCard card) {
    try {
      List<ServingTerms> now = new ArrayList<>();
      for (ServingTerms signed : ofModel(card)) {
        now.add(latestOf(signed.party()).filter(later -> later.isLaterThan(signed)).orElse(signed));
      }
      return now;
    } catch (IOException e) {
      throw new UncheckedIOException("the serving terms cannot be read", e);
    }
  }

  private List<ServingTerms> ofModel(ModelCard card) throws IOException {
    StoreKey key = keyOf(card);
    if (!ofModels.containsKey(key)) {
      if (!store.contains(key)) {
        return List.of();
      }
      List<ServingTerms> terms = new ArrayList<>();
      ModelTerms stored = ModelTerms.parseFrom(store.readPublicHeader(key));
      for (SignedStatement signed : stored.getTermsList()) {
        terms.add(ServingTerms.stored(signed));
      }
      ofModels.put(key, List.copyOf(terms));
    }
    return ofModels.get(key);
  }

  private Optional<ServingTerms> latestOf(String party) throws IOException {
    if (!latest.containsKey(party)) {
      Optional<StoreKey> key = store.latest(OF_PARTY, party);
      latest.put(
          party,
          key.isEmpty()
              ? Optional.empty()
              : Optional.of(ServingTerms.stored(store.readPublicHeader(key.get()))));
    }
    return latest.get(party);
  }

  private static StoreKey keyOf(ModelCard card) {
    return new StoreKey(OF_MODEL, card.name(), card.version());
  }
}
