package io.consilium.party.files;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * A real folder that behaves like one on a machine whose power fails, or on a disk that gets full.
 * Every change of the disk is one step: making, writing, flushing, renaming and deleting a file or
 * a folder. The step in which the power fails is half done if it is a write, and not done
 * otherwise; every later one fails, too.
 */
public final class TrialDisk {
  /** The power failed. An error, so that no code takes it for a problem that it could handle. */
  public static final class PowerCut extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final Path root;
  private final FileSystem system;
  private long stepsLeft = Long.MAX_VALUE;
  private long room = Long.MAX_VALUE;

  public TrialDisk(Path root) {
    this.root = root;
    this.system = new TrialSystem();
  }

  /** The folder, on this disk. */
  public Path root() {
    return wrap(root);
  }

  /** The power fails in the step after so many. */
  public void cutPowerAfter(long steps) {
    stepsLeft = steps;
  }

  /** Whether it failed. */
  public boolean isCut() {
    return stepsLeft < 0;
  }

  /** So many bytes can be written from now on. */
  public void room(long bytes) {
    room = bytes;
  }

  private void step() {
    if (stepsLeft <= 0) {
      stepsLeft = -1;
      throw new PowerCut();
    }
    stepsLeft--;
  }

  // ---- paths -----------------------------------------------------------------------------------

  private Path wrap(Path real) {
    return (Path)
        Proxy.newProxyInstance(
            TrialDisk.class.getClassLoader(),
            new Class<?>[] {Path.class, Wrapped.class},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Wrapped.class) {
                return real;
              }
              switch (method.getName()) {
                case "getFileSystem" -> {
                  return system;
                }
                case "iterator" -> {
                  return wrapped(real.iterator());
                }
                default -> {
                  Object[] plain = arguments == null ? new Object[0] : arguments.clone();
                  for (int i = 0; i < plain.length; i++) {
                    plain[i] = plain[i] instanceof Wrapped path ? path.real() : plain[i];
                  }
                  try {
                    Object result = method.invoke(real, plain);
                    return result instanceof Path path ? wrap(path) : result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                }
              }
            });
  }

  private Iterator<Path> wrapped(Iterator<Path> paths) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return paths.hasNext();
      }

      @Override
      public Path next() {
        return wrap(paths.next());
      }
    };
  }

  /** A path on this disk; public, as the class of a proxy has to see it. */
  public interface Wrapped {
    Path real();
  }

  private static Path real(Path path) {
    return path instanceof Wrapped wrapped ? wrapped.real() : path;
  }

  // ---- files -----------------------------------------------------------------------------------

  private static boolean writes(Set<? extends OpenOption> options) {
    return options.contains(StandardOpenOption.WRITE)
        || options.contains(StandardOpenOption.APPEND);
  }

  private FileChannel open(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    if (writes(options)) {
      step();
    }
    return new TrialChannel(FileChannel.open(real(path), options, attributes));
  }

  private final class TrialChannel extends FileChannel {
    private final FileChannel file;

    TrialChannel(FileChannel file) {
      this.file = file;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      if (stepsLeft == 0) {
        int _ = file.write(bytes.slice(bytes.position(), bytes.remaining() / 2));
      }
      step();
      if (room <= 0) {
        throw new IOException("No space left on device");
      }
      ByteBuffer fits = bytes.duplicate();
      fits.limit((int) Math.min(bytes.limit(), bytes.position() + room));
      int written = file.write(fits);
      bytes.position(bytes.position() + written);
      room -= written;
      return written;
    }

    @Override
    public void force(boolean metaData) {
      // The machine itself keeps its power, and to wait for its disk thousands of times takes long.
      step();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      step();
      file.truncate(size);
      return this;
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
      return file.read(bytes);
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
      return file.read(bytes, position);
    }

    @Override
    public long position() throws IOException {
      return file.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      file.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    protected void implCloseChannel() throws IOException {
      file.close();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return file.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return file.tryLock(position, size, shared);
    }

    @Override
    public long read(ByteBuffer[] buffers, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] buffers, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer bytes, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }
  }

  private final class TrialProvider extends FileSystemProvider {
    private final FileSystemProvider files = root.getFileSystem().provider();

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return open(path, options, attributes);
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return open(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
      DirectoryStream<Path> listing =
          files.newDirectoryStream(real(directory), path -> filter.accept(wrap(path)));
      return new DirectoryStream<>() {
        @Override
        public Iterator<Path> iterator() {
          return wrapped(listing.iterator());
        }

        @Override
        public void close() throws IOException {
          listing.close();
        }
      };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
      step();
      files.createDirectory(real(directory), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
      step();
      files.delete(real(path));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
      step();
      files.move(real(source), real(target), options);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
      return files.isSameFile(real(one), real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      return files.isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return files.getFileStore(real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      files.checkAccess(real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      return files.getFileAttributeView(real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return files.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
        throws IOException {
      return files.readAttributes(real(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
        throws IOException {
      files.setAttribute(real(path), attribute, value, options);
    }

    @Override
    public String getScheme() {
      return "trial";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }
  }

  private final class TrialSystem extends FileSystem {
    private final FileSystemProvider provider = new TrialProvider();

    private FileSystem files() {
      return root.getFileSystem();
    }

    @Override
    public FileSystemProvider provider() {
      return provider;
    }

    @Override
    public Path getPath(String first, String... more) {
      return wrap(files().getPath(first, more));
    }

    @Override
    public void close() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public String getSeparator() {
      return files().getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
      return () -> wrapped(files().getRootDirectories().iterator());
    }

    @Override
    public Iterable<FileStore> getFileStores() {
      return files().getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
      return files().supportedFileAttributeViews();
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
      PathMatcher matcher = files().getPathMatcher(pattern);
      return path -> matcher.matches(real(path));
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
      return files().getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() {
      throw new UnsupportedOperationException();
    }
  }
}
