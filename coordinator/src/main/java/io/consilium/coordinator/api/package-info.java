/** The researcher's interface: JSON over HTTPS, the caller known by the certificate. */
package io.consilium.coordinator.api;
