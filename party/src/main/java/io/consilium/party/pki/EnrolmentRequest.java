package io.consilium.party.pki;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPublicKey;
import java.util.Arrays;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * Somebody's wish to join: who, and with which public key. Made where the private key stays; what
 * travels to the authority is {@code request.pem} only.
 *
 * @param principal who asks
 * @param key the public key, Ed25519
 */
public record EnrolmentRequest(Principal principal, PublicKey key) {

  /** The file that goes to the authority. */
  public static final String REQUEST_FILE = "request.pem";

  private static final String ALGORITHM = "Ed25519";

  /**
   * Makes a key and a request in this directory.
   *
   * @throws UserException if the directory already holds a key
   */
  public static EnrolmentRequest create(Path directory, Principal principal, SecureRandom random)
      throws UserException, IOException {
    Path keyFile = directory.resolve(Identity.KEY_FILE);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(255, random);
      KeyPair keys = generator.generateKeyPair();
      byte[] request = encode(principal, keys);
      PrivateFiles.createDirectory(directory);
      PrivateFiles.create(
          keyFile, PemFile.encode(PemFile.PRIVATE_KEY, keys.getPrivate().getEncoded()));
      PrivateFiles.replacePublic(
          directory.resolve(REQUEST_FILE), PemFile.encode(PemFile.REQUEST, request));
      return new EnrolmentRequest(principal, keys.getPublic());
    } catch (FileAlreadyExistsException e) {
      throw new UserException(
          ExitCode.BAD_DATA,
          keyFile
              + " already exists and is not overwritten: whoever it belongs to would lose their"
              + " identity. Choose another --dir, or move the old directory away.",
          e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("this Java has no Ed25519", e);
    }
  }

  private static byte[] encode(Principal principal, KeyPair keys)
      throws IOException, OperatorCreationException {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(
        Extension.subjectAlternativeName, false, CertificateProfile.names(principal));
    return new JcaPKCS10CertificationRequestBuilder(
            new X500Principal("CN=" + principal.name()), keys.getPublic())
        .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
        .build(new JcaContentSignerBuilder(ALGORITHM).build(keys.getPrivate()))
        .getEncoded();
  }

  /**
   * Reads a request and checks that its sender holds the private key and names exactly one
   * principal.
   */
  public static EnrolmentRequest read(Path file) throws UserException {
    byte[] der = PemFile.read(file, PemFile.REQUEST);
    try {
      JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
      PublicKey key = request.getPublicKey();
      if (!(key instanceof EdECPublicKey edwards)
          || !edwards.getParams().getName().equals(ALGORITHM)) {
        throw new UserException(ExitCode.BAD_DATA, file + " asks for a key that is not Ed25519.");
      }
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw new UserException(
            ExitCode.BAD_DATA,
            file + " was changed after it was made: its signature does not fit.");
      }
      return new EnrolmentRequest(principal(request, file), key);
    } catch (IOException
        | RuntimeException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException e) {
      throw new UserException(
          ExitCode.BAD_DATA, file + " is damaged: it is not a certificate request.", e);
    }
  }

  private static Principal principal(JcaPKCS10CertificationRequest request, Path file)
      throws UserException {
    String commonName =
        Arrays.stream(request.getSubject().getRDNs(BCStyle.CN))
            .map(RDN::getFirst)
            .map(attribute -> attribute.getValue().toString())
            .reduce((first, second) -> "")
            .orElse("");
    return uri(request)
        .flatMap(Principal::parseUri)
        .filter(principal -> principal.name().equals(commonName))
        .orElseThrow(() ->
            new UserException(
                ExitCode.BAD_DATA,
                file
                    + " does not name exactly one principal. Make it with"
                    + " \"consilium pki request --name NAME --role "
                    + String.join("|", Arrays.stream(Role.values()).map(Role::label).toList())
                    + "\"."));
  }

  private static Optional<String> uri(JcaPKCS10CertificationRequest request) {
    Extensions extensions = request.getRequestedExtensions();
    GeneralNames names =
        extensions == null
            ? null
            : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
    if (names == null || names.getNames().length != 1) {
      return Optional.empty();
    }
    GeneralName name = names.getNames()[0];
    return name.getTagNo() == GeneralName.uniformResourceIdentifier
        ? Optional.of(name.getName().toString())
        : Optional.empty();
  }

  /** What to compare on the telephone before signing. */
  public String fingerprint() {
    return Fingerprint.of(key);
  }
}
