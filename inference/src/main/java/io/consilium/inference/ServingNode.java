package io.consilium.inference;

import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.Rendezvous;
import io.consilium.protocols.transport.TlsDialer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What serving needs of the node it runs at.
 *
 * @param name the party's name
 * @param rendezvous the one that gets this node's connections of kind {@code compute-session}
 * @param addresses data-plane addresses of parties by name
 * @param certificateHashes SHA-256 of the certificates of parties by name, the same at every node
 * @param random a cryptographically strong generator
 * @param nanos a clock that nobody sets
 * @param notices is told in sentences about sessions that open, close and fail
 * @param monitor counts
 */
public record ServingNode(
    String name,
    TlsDialer dialer,
    Rendezvous rendezvous,
    Function<String, PeerAddress> addresses,
    Function<String, byte[]> certificateHashes,
    RandomGenerator random,
    LongSupplier nanos,
    Consumer<String> notices,
    ServingMonitor monitor) {}
