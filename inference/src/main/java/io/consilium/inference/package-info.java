package io.consilium.inference;
