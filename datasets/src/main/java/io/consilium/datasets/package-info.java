package io.consilium.datasets;
