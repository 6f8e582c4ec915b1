package io.consilium.protocols.transport;

import com.google.protobuf.ByteString;
import io.consilium.protocols.transport.wire.OpeningFrame;

/**
 * What a connection is for; the first thing that the dialling side says.
 *
 * @param kind one of the names below, or one that the two ends have agreed on
 * @param session what it belongs to
 * @param body whatever the kind needs besides; not secret from the accepting side
 */
public record Opening(String kind, SessionId session, ByteString body) {
  /** A link between two compute parties of one session. */
  public static final String COMPUTE_SESSION = "compute-session";

  /** A data holder brings shares of its records. */
  public static final String INPUT = "input";

  /** A client asks a model. */
  public static final String QUERY = "query";

  /** A client asks what a model wants. */
  public static final String MODEL_CARD = "model-card";

  /** The version of everything that follows an opening. */
  static final int VERSION = 1;

  public Opening(String kind, SessionId session) {
    this(kind, session, ByteString.EMPTY);
  }

  OpeningFrame frame() {
    return OpeningFrame.newBuilder()
        .setVersion(VERSION)
        .setKind(kind)
        .setSession(ByteString.copyFrom(session.bytes()))
        .setBody(body)
        .build();
  }

  static Opening of(OpeningFrame frame) {
    return new Opening(frame.getKind(), SessionId.of(frame.getSession()), frame.getBody());
  }
}
