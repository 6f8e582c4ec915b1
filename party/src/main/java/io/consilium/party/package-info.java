package io.consilium.party;
