package io.consilium.coordinator;
