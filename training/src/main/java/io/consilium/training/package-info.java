package io.consilium.training;
