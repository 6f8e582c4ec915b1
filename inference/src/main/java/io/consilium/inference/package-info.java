/**
 * Answers questions with a model that nobody holds.
 *
 * <p>A {@link io.consilium.inference.ModelAsset} is a party's shares of a trained model behind a
 * public {@link io.consilium.inference.ModelCard}. An {@link
 * io.consilium.inference.InferenceServer} at each of the three compute parties takes clients'
 * shares and keeps a session of the three open while there are questions. A {@link
 * io.consilium.inference.PredictionClient} shares a question, sends it to the three and puts the
 * answer together; no one else ever holds either.
 */
package io.consilium.inference;
