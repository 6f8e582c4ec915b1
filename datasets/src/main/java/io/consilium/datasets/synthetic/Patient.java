package io.consilium.datasets.synthetic;

/**
 * One made-up record. Numbers that are missing are NaN.
 *
 * @param age years
 * @param male whether the patient is a man
 * @param chestPain 1 typical angina, 2 atypical angina, 3 other pain, 4 no pain
 * @param pressure resting blood pressure, mmHg
 * @param cholesterol mg/dl
 * @param highSugar fasting blood sugar above 120 mg/dl: 0, 1 or NaN
 * @param ecg resting electrocardiogram: 0 normal, 1 abnormal wave, 2 hypertrophy
 * @param maxHeartRate beats per minute under exercise
 * @param exerciseAngina whether exercise brings pain
 * @param depression ST depression under exercise, mm
 * @param disease the label
 */
record Patient(
    int age,
    boolean male,
    int chestPain,
    double pressure,
    double cholesterol,
    double highSugar,
    int ecg,
    double maxHeartRate,
    boolean exerciseAngina,
    double depression,
    boolean disease) {}
