package io.consilium.party.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.party.cli.Shell.Result;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PkiCommandTest {

  @TempDir private Path directory;

  private Result init() {
    return init("--no-passphrase");
  }

  private Result init(Object... how) {
    Object[] arguments = {
      "pki", "init", "--consortium", "heart-study", "--dir", directory.resolve("ca")
    };
    Object[] all = Arrays.copyOf(arguments, arguments.length + how.length);
    System.arraycopy(how, 0, all, arguments.length, how.length);
    return Shell.run(all);
  }

  private Result request() {
    return Shell.run("pki", "request", "--name", "hospital-a", "--role", "party", "--dir", site());
  }

  private Result sign(Object... more) {
    Object[] arguments = {
      "pki",
      "sign",
      "--ca",
      directory.resolve("ca"),
      "--request",
      site().resolve("request.pem"),
      "--out",
      site().resolve("cert.pem")
    };
    Object[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return Shell.run(all);
  }

  private Path site() {
    return directory.resolve("site");
  }

  private static Result answering(String answer, Supplier<Result> command) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)));
    try {
      return command.get();
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void enrolsASite() throws Exception {
    assertThat(init().exit()).isZero();
    Result requested = request();
    assertThat(requested.exit()).isZero();
    String fingerprint = requested.out().lines().filter(l -> l.startsWith("  ")).findFirst().get();

    Result signed = answering("yes\n", this::sign);

    assertThat(signed.exit()).as(signed.err()).isZero();
    assertThat(signed.out()).contains(fingerprint.strip());
    assertThat(Identity.load(site()).principal()).isEqualTo(Principal.party("hospital-a"));
  }

  @Test
  void signsNothingWithoutConfirmation() {
    init();
    request();

    assertThat(answering("no\n", this::sign).exit()).isEqualTo(77);
    Result unanswered = answering("", this::sign);

    assertThat(unanswered.exit()).isEqualTo(64);
    assertThat(unanswered.err()).contains("give --yes");
    assertThat(site().resolve("cert.pem")).doesNotExist();
    assertThat(sign("--yes").exit()).isZero();
  }

  @Test
  void refusesASecondCertificateWithTheRightCode() {
    init();
    request();
    sign("--yes");

    Result again = sign("--yes");

    assertThat(again.exit()).isEqualTo(65);
    assertThat(again.err()).contains("already exists").doesNotContain("\tat ");
    assertThat(sign("--yes", "--replace").exit()).isZero();
  }

  @Test
  void showsCertificatesRequestsAndNoKeys() throws Exception {
    init();
    request();
    sign("--yes", "--days", 30);

    Result certificate = Shell.run("pki", "show", site().resolve("cert.pem"));
    Result json = Shell.run("pki", "show", "--json", site().resolve("request.pem"));
    Result key = Shell.run("pki", "show", site().resolve("key.pem"));

    assertThat(certificate.out())
        .contains("principal   party:hospital-a")
        .contains("issuer      CN=heart-study authority,O=heart-study");
    assertThat(json.out()).startsWith("{\"kind\":\"certificate request\"");
    String secret = Files.readAllLines(site().resolve("key.pem")).get(1);
    assertThat(key.out()).contains("never shown").doesNotContain(secret);
  }

  @Test
  void explainsWrongUse() {
    Result role = Shell.run("pki", "request", "--name", "a", "--role", "officer", "--dir", site());
    Result missing = Shell.run("pki", "request", "--name", "a");
    Result name =
        Shell.run("pki", "request", "--name", "Hospital A", "--role", "party", "--dir", site());
    Result verb = Shell.run("pki", "singn");
    Result none = Shell.run();

    assertThat(role.exit()).isEqualTo(64);
    assertThat(role.err()).contains("officer").contains("PARTY, COORDINATOR");
    assertThat(missing.exit()).isEqualTo(64);
    assertThat(missing.err()).contains("--role").contains("--help");
    assertThat(name.exit()).isEqualTo(64);
    assertThat(verb.exit()).isEqualTo(64);
    assertThat(verb.err()).contains("sign");
    assertThat(none.exit()).isEqualTo(64);
    assertThat(site()).doesNotExist();
  }

  @Test
  void keepsTheAuthoritysKeyUnderAPassphrase() throws Exception {
    Path right = secret("right", "correct horse battery\n");

    assertThat(init("--passphrase-file", right).exit()).isZero();
    assertThat(Files.readString(directory.resolve("ca/ca-key.pem")))
        .startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    request();

    Result unasked = sign("--yes");
    assertThat(unasked.exit()).isEqualTo(64);
    assertThat(unasked.err()).contains("nobody can be asked").contains("--passphrase-file");
    Result wrong = sign("--yes", "--passphrase-file", secret("wrong", "incorrect horse\n"));
    assertThat(wrong.exit()).isEqualTo(77);
    assertThat(wrong.err()).contains("not the passphrase of").doesNotContain("horse");
    assertThat(site().resolve("cert.pem")).doesNotExist();

    assertThat(sign("--yes", "--passphrase-file", right).exit()).isZero();
    assertThat(site().resolve("cert.pem")).exists();
  }

  @Test
  void makesNoAuthorityWithoutAPassphraseByAccident() throws Exception {
    assertThat(init(new Object[0]).err()).contains("nobody can be asked");
    Result weak = init("--passphrase-file", secret("weak", "short\n"));
    assertThat(weak.exit()).isEqualTo(64);
    assertThat(weak.err()).contains("12 to 1024 characters").doesNotContain("short");
    Path open = secret("open", "correct horse battery\n");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(init("--passphrase-file", open).exit()).isEqualTo(77);

    assertThat(directory.resolve("ca")).doesNotExist();
  }

  private Path secret(String name, String text) throws Exception {
    Path file = Files.writeString(directory.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void explainsWrongFiles() throws Exception {
    Path rubbish = directory.resolve("rubbish.pem");
    Files.writeString(rubbish, "rubbish");

    assertThat(Shell.run("pki", "show", rubbish).exit()).isEqualTo(65);
    assertThat(Shell.run("pki", "show", directory.resolve("absent.pem")).err())
        .contains("absent.pem does not exist");
    assertThat(sign("--yes").err()).contains("is not an authority");
  }
}
