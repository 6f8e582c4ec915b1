package io.consilium.coordinator.config;

import io.consilium.coordinator.identity.Principal;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The consortium file as it is now. Parties may be added and removed and may move to other
 * addresses while a node runs; the consortium's name and the node's own entry may not, since the
 * node has its certificate and listens at its addresses already.
 */
public final class Membership implements Supplier<Consortium> {

  private final WatchedFile<Consortium> file;

  private Membership(WatchedFile<Consortium> file) {
    this.file = file;
  }

  /**
   * Reads the file.
   *
   * @param self whose node this is
   */
  public static Membership open(Path file, Principal self) throws ConfigException {
    Consortium first = Consortium.load(file);
    return new Membership(WatchedFile.open(file, path -> sameNode(first, path, self)));
  }

  private static Consortium sameNode(Consortium first, Path file, Principal self)
      throws ConfigException {
    Consortium now = Consortium.load(file);
    boolean same =
        now.consortium().equals(first.consortium())
            && now.isNode(self) == first.isNode(self)
            && (first.isCoordinator(self)
                ? now.coordinator().equals(first.coordinator())
                : now.party(self.name()).equals(first.party(self.name())));
    if (!same) {
      throw new ConfigException(
          file
              + " changes the consortium's name or the entry of "
              + self
              + ". Restart this node for that.");
    }
    return now;
  }

  /** Who takes part now, and where. */
  @Override
  public Consortium get() {
    return file.get();
  }

  /** The file itself. */
  public WatchedFile<Consortium> file() {
    return file;
  }

  /** Looks at the file; says whether it changed. */
  public boolean refresh() {
    return file.refresh();
  }
}
