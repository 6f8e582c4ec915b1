package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.CancelDocument;
import io.consilium.coordinator.contract.OutcomeDocument;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.identity.SignedDocument;

/** Signs for the coordinator and draws session ids. */
interface Clerk {

  /** 32 hexadecimal digits, fresh. */
  String sessionId();

  SignedDocument sign(StartDocument start);

  SignedDocument sign(CancelDocument cancel);

  SignedDocument sign(OutcomeDocument outcome);
}
