package io.consilium.party.job;

import io.consilium.party.store.Scratch;
import io.consilium.party.store.ScratchFile;
import io.consilium.protocols.rep3.SharePair;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Shares of whole tensors, by name, until they are read for the last time. One thread. */
sealed interface ShareShelf {
  void put(String name, SharePair shares) throws IOException;

  /** Writes the shares into arrays of their length. */
  void read(String name, SharePair into) throws IOException;

  void discard(String name) throws IOException;

  /** In memory. */
  final class InMemory implements ShareShelf {
    private final Map<String, SharePair> shares = new HashMap<>();

    @Override
    public void put(String name, SharePair pair) {
      shares.put(name, pair);
    }

    @Override
    public void read(String name, SharePair into) {
      SharePair pair = shares.get(name);
      System.arraycopy(pair.own(), 0, into.own(), 0, pair.size());
      System.arraycopy(pair.next(), 0, into.next(), 0, pair.size());
    }

    @Override
    public void discard(String name) {
      shares.remove(name);
    }
  }

  /** Encrypted on disk, a file for each tensor. */
  final class OnDisk implements ShareShelf {
    private static final int CHUNK_WORDS = 1 << 13;

    private final Scratch scratch;
    private final Map<String, ScratchFile> files = new HashMap<>();

    OnDisk(Scratch scratch) {
      this.scratch = scratch;
    }

    @Override
    public void put(String name, SharePair pair) throws IOException {
      ScratchFile file = scratch.create(CHUNK_WORDS);
      files.put(name, file);
      file.append(pair.own(), 0, pair.size());
      file.append(pair.next(), 0, pair.size());
      file.complete();
    }

    @Override
    public void read(String name, SharePair into) throws IOException {
      ScratchFile file = files.get(name);
      file.read(0, into.own(), 0, into.size());
      file.read(into.size(), into.next(), 0, into.size());
      file.rest();
    }

    @Override
    public void discard(String name) throws IOException {
      files.remove(name).close();
    }
  }
}
