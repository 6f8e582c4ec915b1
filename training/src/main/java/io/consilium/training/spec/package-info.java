/** What a manifest says about model, preprocessing and training, read strictly. */
package io.consilium.training.spec;
