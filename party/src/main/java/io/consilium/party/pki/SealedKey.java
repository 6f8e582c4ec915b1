package io.consilium.party.pki;

import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;

/**
 * A private key in a PEM file, under a passphrase or not. Under a passphrase it is an encrypted
 * PKCS #8 key (RFC 5958) by PBES2 of RFC 8018: PBKDF2 with HMAC-SHA-256, AES-256 in CBC mode, which
 * other tools read, too.
 */
final class SealedKey {
  private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
  private static final AlgorithmIdentifier PRF =
      new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
  private static final int ITERATIONS = 600_000;

  private SealedKey() {}

  /**
   * The PEM file of a key.
   *
   * @param passphrase empty for a key in the clear
   */
  static byte[] encode(PrivateKey key, Passphrase passphrase, SecureRandom random)
      throws GeneralSecurityException {
    if (passphrase.isEmpty()) {
      return PemFile.encode(PemFile.PRIVATE_KEY, key.getEncoded());
    }
    try {
      OutputEncryptor encryptor =
          new JcePKCSPBEOutputEncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
              .setProvider(new BouncyCastleProvider())
              .setPRF(PRF)
              .setIterationCount(ITERATIONS)
              .setRandom(random)
              .build(passphrase.characters());
      PrivateKeyInfo plain = PrivateKeyInfo.getInstance(key.getEncoded());
      return PemFile.encode(
          ENCRYPTED, new PKCS8EncryptedPrivateKeyInfoBuilder(plain).build(encryptor).getEncoded());
    } catch (OperatorCreationException | IOException e) {
      throw new GeneralSecurityException("the key cannot be encrypted", e);
    }
  }

  /**
   * Reads an Ed25519 key.
   *
   * @param passphrase asked only if the file needs it
   * @throws UserException if it is another key, damaged, or under another passphrase
   */
  static PrivateKey read(Path file, Passphrase.Source passphrase) throws UserException {
    byte[] der =
        PemFile.read(file).getType().equals(ENCRYPTED)
            ? decrypted(file, passphrase)
            : PemFile.read(file, PemFile.PRIVATE_KEY);
    try {
      return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new UserException(ExitCode.BAD_DATA, file + " holds no Ed25519 private key.");
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  private static byte[] decrypted(Path file, Passphrase.Source passphrase) throws UserException {
    PKCS8EncryptedPrivateKeyInfo sealed;
    try {
      sealed = new PKCS8EncryptedPrivateKeyInfo(PemFile.read(file, ENCRYPTED));
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(ExitCode.BAD_DATA, file + " is a damaged key.");
    }
    try (Passphrase given = passphrase.get()) {
      return sealed
          .decryptPrivateKeyInfo(
              new JcePKCSPBEInputDecryptorProviderBuilder()
                  .setProvider(new BouncyCastleProvider())
                  .build(given.characters()))
          .getEncoded();
    } catch (PKCSException | IOException e) {
      throw new UserException(
          ExitCode.NOT_ALLOWED, "That is not the passphrase of " + file + ", or it is damaged.");
    }
  }
}
