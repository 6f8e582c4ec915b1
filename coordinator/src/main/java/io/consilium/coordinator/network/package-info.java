/** Bounds on the connections of a listening port: before anybody is known, and per principal. */
package io.consilium.coordinator.network;
