package io.consilium.party.serving;

import io.consilium.inference.ModelAsset;
import io.consilium.inference.ModelAssetCodec;
import io.consilium.inference.ModelCard;
import io.consilium.inference.ModelShelf;
import io.consilium.party.store.Sealed;
import io.consilium.party.store.SealedStore;
import io.consilium.party.store.StoreKey;
import io.consilium.protocols.rep3.ShareAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalInt;

/** This party's shares of models, sealed under name and version. */
public final class ModelStore implements ModelShelf {
  private static final String KIND = "model";

  /** Models whose disclosure list has no predictions: kept, and never on the shelf. */
  private static final String UNSERVED = "unserved-model";

  private final SealedStore store;

  public ModelStore(SealedStore store) {
    this.store = store;
  }

  /** The version that this party would give the next model of a name. */
  public int nextVersion(String name) throws IOException {
    long served = store.latest(KIND, name).map(StoreKey::version).orElse(0L);
    long unserved = store.latest(UNSERVED, name).map(StoreKey::version).orElse(0L);
    return Math.toIntExact(Math.max(served, unserved) + 1);
  }

  /**
   * Keeps a model; one of the same name and version must not be there yet.
   *
   * @param served whether the manifest put it up for questions
   */
  public void put(ModelAsset asset, boolean served, ShareAccess access) throws IOException {
    ModelCard card = asset.card();
    StoreKey key = new StoreKey(served ? KIND : UNSERVED, card.name(), card.version());
    if (store.contains(key)) {
      throw new IllegalStateException(asset.card().title() + " is in the store already");
    }
    ModelAssetCodec.Encoded encoded = ModelAssetCodec.encode(asset, access);
    store.write(key, encoded.header(), encoded.words());
  }

  @Override
  public Optional<ModelCard> card(String name, OptionalInt version) {
    try {
      Optional<StoreKey> key =
          version.isPresent()
              ? Optional.of(new StoreKey(KIND, name, version.getAsInt())).filter(store::contains)
              : store.latest(KIND, name);
      return key.isEmpty()
          ? Optional.empty()
          : Optional.of(ModelAssetCodec.card(store.readPublicHeader(key.get())));
    } catch (IllegalArgumentException e) {
      // A name that cannot be the name of a model.
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("the store of models cannot be read", e);
    }
  }

  @Override
  public ModelAsset asset(ModelCard card) throws IOException {
    Sealed sealed = store.read(key(card));
    return ModelAssetCodec.decode(sealed.publicHeader(), sealed.words());
  }

  private static StoreKey key(ModelCard card) {
    return new StoreKey(KIND, card.name(), card.version());
  }
}
