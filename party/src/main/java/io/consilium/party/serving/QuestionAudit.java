package io.consilium.party.serving;

import io.consilium.inference.ModelCard;
import io.consilium.inference.QueryAudit;
import io.consilium.party.audit.AuditEvent;
import io.consilium.party.node.Site;
import java.util.List;
import java.util.Map;

/** Facts of each question: who, which model, how many records; never what was asked. */
record QuestionAudit(Site site) implements QueryAudit {
  @Override
  public void write(List<Fact> facts) {
    site.note(facts.stream().map(QuestionAudit::event).toList());
  }

  private static AuditEvent event(Fact fact) {
    return switch (fact) {
      case Fact.Answered(String client, ModelCard card, String queryId, int rows) ->
          new AuditEvent(
              client,
              "value.opened",
              card.jobId(),
              Map.of(
                  "value",
                  "prediction",
                  "model",
                  card.title(),
                  "output",
                  card.output().kind(),
                  "query",
                  queryId,
                  "rows",
                  Integer.toString(rows)));
      case Fact.Refused(
              String client,
              String model,
              String queryId,
              long rows,
              String reason,
              long times) ->
          new AuditEvent(
              client,
              "query.refused",
              "",
              Map.of(
                  "model",
                  model,
                  "query",
                  queryId,
                  "rows",
                  Long.toString(rows),
                  "reason",
                  reason,
                  "times",
                  Long.toString(times)));
    };
  }
}
