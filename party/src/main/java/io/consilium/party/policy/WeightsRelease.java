package io.consilium.party.policy;

/**
 * The training after which a job opens weights, at its shortest.
 *
 * <p>Initial weights and the order of batches are public. So the weights after one step are the
 * mean gradient of that step's records, and so they are, nearly, if all other steps are too small
 * to count. Gradients give away more of single records than a trained model does.
 *
 * @param epochs after which the opened weights may be taken, counting those only whose learning
 *     rate is at least a tenth of the largest; with early stopping the fewest that are possible
 * @param batchRows records of a step
 * @param distance the sum of the learning rates of these epochs, each divided by 1 - momentum: how
 *     far a constant gradient would carry the weights; infinite if steps do not follow the size of
 *     the gradient
 */
public record WeightsRelease(int epochs, int batchRows, double distance) {}
