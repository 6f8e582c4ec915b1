package io.consilium.party.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.party.Studies;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.InputRows;
import io.consilium.party.plan.JobPlan;
import io.consilium.party.plan.PlanCompiler;
import io.consilium.party.store.Scratch;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.protocols.rep3.InsecureShareAccess;
import io.consilium.protocols.rep3.KeyAgreement;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.SessionDescription;
import io.consilium.protocols.rep3.SharePair;
import io.consilium.protocols.rep3.TensorDescription;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.InMemoryNetwork;
import io.consilium.protocols.transport.SessionId;
import io.consilium.training.DataLayout;
import io.consilium.training.Disclosures;
import io.consilium.training.SecureDataSet;
import io.consilium.training.SecureTrainer;
import io.consilium.training.SharedModel;
import io.consilium.training.TrainingListener;
import io.consilium.training.TrainingPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training on shares that lie on the disk is, bit by bit, the one on shares in memory. */
final class StreamedTrainingTest {
  private static final List<String> SITES = List.of("hospital-a", "hospital-b");

  /** Two blocks of at most 262 rows for training, and one for validation. */
  private static final int ROWS = 400;

  private static final AttemptId ATTEMPT =
      new AttemptId(
          JobId.random(new SecureRandom()),
          1,
          new SessionId(1, 2),
          "ab".repeat(32),
          "cd".repeat(32));

  @TempDir Path directory;

  // ---- a job without nodes ---------------------------------------------------------------------

  private JobPlan plan(boolean mayMiss) throws Exception {
    ObjectNode manifest = Studies.wide("wide", SITES, List.of("a", "b", "c"), mayMiss);
    manifest.withArray("parties").add("a").add("b").add("c");
    Studies.holders(manifest, SITES.toArray(String[]::new));
    manifest.withObject("training").put("batchSize", 100);
    return PlanCompiler.compile(Json.bytes(manifest), new Principal(Role.RESEARCHER, "anna"));
  }

  private SiteRecords records(JobPlan plan, String site) throws Exception {
    Path home = Files.createDirectories(directory.resolve(site));
    Studies.writeWide(home.resolve("wide.csv"), ROWS, site.hashCode());
    Files.writeString(
        home.resolve("datasets.yaml"),
        """
        datasets:
          wide:
            source: {type: csv, path: wide.csv}
            query: SELECT * FROM source
        """);
    return SiteRecords.read(
        SiteDatasets.load(home.resolve("datasets.yaml")).dataset("wide"), plan.manifest(), site);
  }

  private record Shared(InputRows rows, List<List<HolderShares>> blocks) {}

  private Map<String, Shared> share(JobPlan plan) throws Exception {
    Map<String, Shared> shared = new LinkedHashMap<>();
    for (String site : SITES) {
      SiteRecords records = records(plan, site);
      SharedTensors tensors = SharedTensors.of(ATTEMPT, plan, site);
      List<List<HolderShares>> blocks = new ArrayList<>();
      for (SharedBlock block :
          SharedBlock.of(tensors.site(), records.rows(), tensors.blockRows())) {
        EncodedTable encoded = records.encode(block);
        blocks.add(tensors.share(block, encoded, new Random(blocks.size())));
      }
      shared.put(site, new Shared(records.rows(), blocks));
    }
    return shared;
  }

  private static HolderRows take(
      JobPlan plan, String site, Shared shared, ComputeParty party, ShareSpace space)
      throws IOException {
    HolderRows rows = new HolderRows(SharedTensors.of(ATTEMPT, plan, site), new RowLimit(), space);
    assertThat(rows.begin(shared.rows())).isEqualTo(shared.blocks().size());
    for (int i = 0; i < shared.blocks().size(); i++) {
      List<HolderShares> block = shared.blocks().get(i);
      rows.check(i, block.stream().map(HolderShares::description).toList());
      for (HolderShares tensor : block) {
        rows.take(HolderInput.receive(tensor.forParty(party), tensor.description()));
      }
    }
    return rows;
  }

  /** This party's shares of the model, what they cost, and the files that were in use. */
  private record Trained(List<SharePair> shares, Cost cost, int files) {}

  private Trained train(
      JobPlan plan, TrainingPlan program, Map<String, Shared> inputs, Channel channel, long memory)
      throws IOException {
    Path state = directory.resolve("state-" + channel.self());
    SessionDescription session =
        new SessionDescription(
            ATTEMPT.session().bytes(),
            new byte[32],
            List.of(new byte[32], new byte[32], new byte[32]));
    // The same keys in every run: so runs differ by nothing but where shares lie.
    Rep3Backend backend =
        new Rep3Backend(
            channel,
            new KeyAgreement(new Random(channel.self().ordinal()), AddressLedger.NONE)
                .agree(channel, session, 0)
                .keys());
    int[] files = {0};
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void progressed(Progress progress) {
            files[0] = Math.max(files[0], filesIn(state));
          }
        };
    try (ShareSpace space =
        new ShareSpace(Scratch.of(state, "attempt", new SecureRandom()), memory, Long.MAX_VALUE)) {
      List<SecureDataSet.Site> sites = new ArrayList<>();
      for (String site : SITES) {
        sites.add(take(plan, site, inputs.get(site), channel.self(), space).site());
      }
      Cost before = backend.declared();
      SharedModel model =
          SecureTrainer.run(
              backend, program, new SecureDataSet(sites), Disclosures.none(), listener, space);
      List<SharePair> shares =
          model.tensors().values().stream()
              .map(tensor -> backend.exportShares(tensor, InsecureShareAccess.get()))
              .toList();
      return new Trained(shares, backend.declared().since(before), files[0]);
    } finally {
      channel.flush();
      assertThat(filesIn(state)).isZero();
    }
  }

  private static int filesIn(Path state) {
    if (!Files.exists(state)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(state)) {
      return (int) all.filter(Files::isRegularFile).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Trained> onThreeParties(
      JobPlan plan, TrainingPlan program, Map<String, Shared> inputs, long memory)
      throws Exception {
    InMemoryNetwork network = new InMemoryNetwork();
    List<Future<Trained>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (ComputeParty party : ComputeParty.values()) {
        Channel channel = network.channel(party);
        running.add(threads.submit(() -> train(plan, program, inputs, channel, memory)));
      }
      List<Trained> trained = new ArrayList<>();
      for (Future<Trained> each : running) {
        trained.add(each.get());
      }
      return trained;
    }
  }

  private static TrainingPlan program(JobPlan plan, Map<String, Shared> inputs) throws Exception {
    return TrainingPlan.compile(
        plan.program(),
        new DataLayout(
            plan.layout().size(),
            plan.layout().mayMiss(),
            inputs.values().stream().map(shared -> shared.rows().training()).toList(),
            inputs.values().stream().map(shared -> shared.rows().validation()).toList()),
        List.of());
  }

  // ---- the tests -------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void makesTheSameSharesFromTheDiskAndFromMemory(boolean mayMiss) throws Exception {
    JobPlan plan = plan(mayMiss);
    assertThat(plan.layout().size()).isEqualTo(Studies.WIDE_FEATURES);
    Map<String, Shared> inputs = share(plan);
    assertThat(inputs.get("hospital-a").blocks()).hasSize(3);
    TrainingPlan program = program(plan, inputs);

    List<Trained> inMemory = onThreeParties(plan, program, inputs, Long.MAX_VALUE);
    List<Trained> onDisk = onThreeParties(plan, program, inputs, 0);

    for (int party = 0; party < 3; party++) {
      assertThat(inMemory.get(party).files()).isZero();
      assertThat(onDisk.get(party).files()).isPositive();
      assertThat(onDisk.get(party).cost()).isEqualTo(program.totalCost());
      List<SharePair> expected = inMemory.get(party).shares();
      List<SharePair> shares = onDisk.get(party).shares();
      assertThat(shares).hasSameSizeAs(expected);
      for (int i = 0; i < shares.size(); i++) {
        assertThat(shares.get(i).own()).isEqualTo(expected.get(i).own());
        assertThat(shares.get(i).next()).isEqualTo(expected.get(i).next());
      }
    }
  }

  @Test
  void aBlockThatDoesNotBelongThereIsRefusedBeforeItsShares() throws Exception {
    JobPlan plan = plan(false);
    Shared shared = share(plan).get("hospital-a");
    ShareSpace space =
        new ShareSpace(Scratch.of(directory, "none", new SecureRandom()), 0, 1 << 30);
    RowLimit limit = new RowLimit();
    HolderRows rows = new HolderRows(SharedTensors.of(ATTEMPT, plan, "hospital-a"), limit, space);
    HolderRows ofOther =
        new HolderRows(SharedTensors.of(ATTEMPT, plan, "hospital-b"), limit, space);
    int _ = rows.begin(shared.rows());
    int _ = ofOther.begin(shared.rows());
    List<TensorDescription> first =
        shared.blocks().getFirst().stream().map(HolderShares::description).toList();

    rows.check(0, first);

    assertThatThrownBy(() -> rows.check(1, first))
        .isInstanceOf(InputRefused.class)
        .hasMessageContaining("another name, shape or scale");
    assertThatThrownBy(() -> ofOther.check(0, first)).isInstanceOf(InputRefused.class);
    assertThatThrownBy(() -> rows.check(0, first.reversed())).isInstanceOf(InputRefused.class);
    assertThatThrownBy(() -> rows.check(0, first.subList(0, 1)))
        .isInstanceOf(InputRefused.class)
        .hasMessageContaining("1 tensors of a block, not 2");
    assertThatThrownBy(() -> rows.begin(new InputRows(0, 5)))
        .isInstanceOf(InputRefused.class)
        .hasMessageContaining("no training records");
  }
}
