package io.consilium.party.pki;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Trust;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * The consortium's certificate authority: a directory with a key, a certificate and the index of
 * what was issued. Belongs on a machine that is not a node.
 */
public final class ConsortiumAuthority {

  /** The longest life of a principal's certificate, in days. */
  public static final int DAYS_MAX = 825;

  private static final String KEY_FILE = "ca-key.pem";
  private static final String CERTIFICATE_FILE = Identity.AUTHORITY_FILE;
  private static final Duration LIFE = Duration.ofDays(3652);

  /** Certificates begin a little early, for machines whose clock is behind. */
  private static final Duration CLOCK_SKEW_MAX = Duration.ofMinutes(10);

  private static final int SERIAL_BITS = 127;

  private final Path directory;
  private final Trust trust;
  private final PrivateKey key;
  private final Clock clock;
  private final SecureRandom random;

  private ConsortiumAuthority(
      Path directory, Trust trust, PrivateKey key, Clock clock, SecureRandom random) {
    this.directory = directory;
    this.trust = trust;
    this.key = key;
    this.clock = clock;
    this.random = random;
  }

  /** Refuses a name that is none, and a directory that already holds anything of an authority. */
  public static void requireNew(Path directory, String consortium) throws UserException {
    if (!Principal.isName(consortium)) {
      throw new UserException(
          ExitCode.USAGE,
          "The name of a consortium is 1 to 39 small letters, digits and hyphens and begins with a"
              + " letter.");
    }
    for (String file : new String[] {KEY_FILE, CERTIFICATE_FILE, IssuedIndex.FILE}) {
      if (Files.exists(directory.resolve(file))) {
        throw new UserException(
            ExitCode.BAD_DATA,
            directory.resolve(file)
                + " already exists and is not overwritten: every certificate of that consortium"
                + " would become worthless. Choose another --dir.");
      }
    }
  }

  /**
   * Makes a new authority, if {@link #requireNew} has nothing against it.
   *
   * @param passphrase what the key is kept under; empty for a key in the clear
   */
  public static ConsortiumAuthority create(
      Path directory, String consortium, Passphrase passphrase, Clock clock, SecureRandom random)
      throws UserException, IOException {
    requireNew(directory, consortium);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(255, random);
      KeyPair keys = generator.generateKeyPair();
      Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      X509Certificate certificate =
          CertificateProfile.authority(
              consortium,
              keys,
              new CertificateProfile.Validity(
                  serial(random), now.minus(CLOCK_SKEW_MAX), now.plus(LIFE)));
      PrivateFiles.createDirectory(directory);
      PrivateFiles.create(
          directory.resolve(KEY_FILE), SealedKey.encode(keys.getPrivate(), passphrase, random));
      PrivateFiles.create(directory.resolve(IssuedIndex.FILE), new byte[0]);
      PrivateFiles.createPublic(
          directory.resolve(CERTIFICATE_FILE),
          PemFile.encode(PemFile.CERTIFICATE, certificate.getEncoded()));
      return new ConsortiumAuthority(
          directory, trust(directory, clock), keys.getPrivate(), clock, random);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks Ed25519 or AES", e);
    }
  }

  /**
   * Opens an existing authority.
   *
   * @param passphrase asked if the key is under one
   */
  public static ConsortiumAuthority open(
      Path directory, Passphrase.Source passphrase, Clock clock, SecureRandom random)
      throws UserException, IOException {
    Path keyFile = directory.resolve(KEY_FILE);
    if (!Files.exists(keyFile)) {
      throw new UserException(
          ExitCode.BAD_DATA,
          directory
              + " is not an authority: there is no "
              + KEY_FILE
              + ". \"consilium pki init\" makes one.");
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(keyFile);
    permissions.remove(PosixFilePermission.OWNER_READ);
    permissions.remove(PosixFilePermission.OWNER_WRITE);
    if (!permissions.isEmpty()) {
      throw new UserException(
          ExitCode.NOT_ALLOWED,
          keyFile + " can be used by others on this machine. Run: chmod 600 " + keyFile);
    }
    return new ConsortiumAuthority(
        directory, trust(directory, clock), SealedKey.read(keyFile, passphrase), clock, random);
  }

  private static Trust trust(Path directory, Clock clock) throws UserException {
    try {
      return Trust.load(directory.resolve(CERTIFICATE_FILE), clock);
    } catch (IdentityException e) {
      throw new UserException(ExitCode.BAD_DATA, e.getMessage(), e);
    }
  }

  /** The consortium's name. */
  public String consortium() {
    return trust.consortium();
  }

  /** What everybody may compare to be sure of the authority. */
  public String fingerprint() {
    return Fingerprint.of(trust.authority().getPublicKey());
  }

  /** When the authority's own certificate ends. */
  public Instant end() {
    return trust.authority().getNotAfter().toInstant();
  }

  /** When a certificate that this principal already holds ends, if one is still valid. */
  public Optional<Instant> validUntil(Principal principal) throws UserException, IOException {
    try (IssuedIndex index = IssuedIndex.open(directory)) {
      return index.valid(principal, clock.instant()).map(IssuedIndex.Entry::end);
    }
  }

  /**
   * Issues a certificate and writes it to {@code out}, with the authority's own beside it.
   *
   * @param days how long it is valid, 1 to {@link #DAYS_MAX}
   * @param replace whether a second valid certificate for the same principal, and overwriting
   *     {@code out}, are allowed
   */
  public X509Certificate issue(EnrolmentRequest request, int days, boolean replace, Path out)
      throws UserException, IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    CertificateProfile.Validity validity = validity(days, now);
    Path beside = out.toAbsolutePath().resolveSibling(CERTIFICATE_FILE);
    checkOutput(out, beside, replace);
    try (IssuedIndex index = IssuedIndex.open(directory)) {
      Optional<IssuedIndex.Entry> other = index.valid(request.principal(), now);
      if (other.isPresent() && !replace) {
        throw new UserException(
            ExitCode.NOT_ALLOWED,
            request.principal()
                + " already holds a certificate that is valid until "
                + other.get().notAfter()
                + ". With --replace a second one is issued; the first stays valid until then.");
      }
      X509Certificate certificate =
          CertificateProfile.principal(request, consortium(), trust.authority(), key, validity);
      trust.verify(new X509Certificate[] {certificate});
      // Indexed before it exists anywhere else: a crash leaves an entry too many, never one
      // missing.
      index.append(
          new IssuedIndex.Entry(
              request.principal().toString(),
              validity.serial().toString(16),
              validity.from().toString(),
              validity.to().toString(),
              request.fingerprint()));
      byte[] own = PemFile.encode(PemFile.CERTIFICATE, trust.authority().getEncoded());
      PrivateFiles.replacePublic(beside, own);
      PrivateFiles.replacePublic(
          out, PemFile.encode(PemFile.CERTIFICATE, certificate.getEncoded()));
      return certificate;
    } catch (GeneralSecurityException e) {
      throw new UserException(
          ExitCode.BAD_DATA,
          "The certificate that would be issued is not valid: " + e.getMessage(),
          e);
    }
  }

  private CertificateProfile.Validity validity(int days, Instant now) throws UserException {
    if (days < 1 || days > DAYS_MAX) {
      throw new UserException(ExitCode.USAGE, "--days must be between 1 and " + DAYS_MAX + ".");
    }
    Instant end = now.plus(Duration.ofDays(days));
    if (end.isAfter(end())) {
      throw new UserException(
          ExitCode.NOT_ALLOWED,
          "A certificate of "
              + days
              + " days would outlive the authority, which ends on "
              + end()
              + ". Ask for fewer --days.");
    }
    return new CertificateProfile.Validity(serial(random), now.minus(CLOCK_SKEW_MAX), end);
  }

  private void checkOutput(Path out, Path beside, boolean replace)
      throws UserException, IOException {
    Path parent = out.toAbsolutePath().getParent();
    if (!Files.isDirectory(parent)) {
      throw new UserException(ExitCode.BAD_DATA, parent + " is not a directory.");
    }
    if (Files.exists(out) && !replace) {
      throw new UserException(
          ExitCode.BAD_DATA, out + " already exists. Choose another --out, or give --replace.");
    }
    if (out.toAbsolutePath().equals(beside)) {
      throw new UserException(
          ExitCode.USAGE, "--out must not be " + CERTIFICATE_FILE + ": that is the authority's.");
    }
    byte[] own = Files.readAllBytes(directory.resolve(CERTIFICATE_FILE));
    if (Files.exists(beside) && !Arrays.equals(Files.readAllBytes(beside), own)) {
      throw new UserException(
          ExitCode.BAD_DATA,
          beside + " belongs to another authority. Choose an --out in another directory.");
    }
  }

  private static BigInteger serial(SecureRandom random) {
    return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
  }

  /** Names the consortium only. */
  @Override
  public String toString() {
    return "ConsortiumAuthority[" + consortium() + "]";
  }
}
