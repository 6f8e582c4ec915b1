package io.consilium.protocols;
