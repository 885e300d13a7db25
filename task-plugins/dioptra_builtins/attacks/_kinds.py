# SPDX-License-Identifier: Apache-2.0
"""What is known of the evasion attacks of ART 1.20, each read in its source and tried.

Everything that the built-in tasks do differently for one attack than for another stands here, by
the name of its class in ``art.attacks.evasion``.
"""

PYTORCH = "its code is for PyTorch models, not for Keras"
UNIVERSAL = "it makes one perturbation for all images, not one for each"
PATCH = "it makes one patch for all images, not an adversarial image for each"
DETECTOR = "it attacks detectors of objects, not classifiers"
SPEECH = "it attacks the recognition of speech, not of images"
TARGETS = "it needs a target for each image, and targets cannot be given here"

# Why an attack cannot attack a Keras classifier image by image.
REFUSED = {
    "AdversarialPatch": PATCH,
    "AdversarialPatchNumpy": PATCH,
    "AdversarialPatchPyTorch": PYTORCH,
    "AdversarialPatchTensorFlowV2": PATCH,
    "AdversarialTexturePyTorch": PYTORCH,
    "CarliniWagnerASR": SPEECH,
    "CompositeAdversarialAttackPyTorch": PYTORCH,
    "DPatch": DETECTOR,
    "DecisionTreeAttack": "it attacks decision trees, not networks",
    "FeatureAdversariesNumpy": "it needs a guide image for each image, which cannot be given here",
    "FeatureAdversariesPyTorch": PYTORCH,
    "FeatureAdversariesTensorFlowV2": (
        "it needs a guide image for each image, which cannot be given here"
    ),
    "FrameSaliencyAttack": "it attacks the frames of a video, not an image",
    "GRAPHITEBlackbox": TARGETS,
    "GRAPHITEWhiteboxPyTorch": PYTORCH,
    "GeoDA": "its code needs NumPy 1, and writes a file into the working directory",
    "HighConfidenceLowUncertainty": "it attacks Gaussian processes, not networks",
    "ImperceptibleASR": SPEECH,
    "ImperceptibleASRPyTorch": PYTORCH,
    "LaserAttack": "it needs a generator of laser beams, which is an object of Python",
    "LowProFool": "it attacks rows of a table, whose columns differ in importance, not images",
    "MalwareGDTensorFlow": "it attacks the bytes of programs, not images",
    "OverTheAirFlickeringPyTorch": PYTORCH,
    "OverloadPyTorch": PYTORCH,
    "ProjectedGradientDescentPyTorch": PYTORCH,
    "RobustDPatch": DETECTOR,
    "SNAL": DETECTOR,
    "TargetedUniversalPerturbation": UNIVERSAL,
    "UniversalPerturbation": UNIVERSAL,
}

# Their papers and their code in ART reckon with probabilities: with 1 / classes as the least
# (NewtonFool), with an entropy (VirtualAdversarialMethod) or with the confidence (the others).
NEED_PROBABILITIES = (
    "NewtonFool",
    "PixelAttack",
    "SimBA",
    "ThresholdAttack",
    "VirtualAdversarialMethod",
)

# They take labels for targets; without labels, they draw targets for themselves.
LABELS_ARE_TARGETS = ("SaliencyMapMethod",)

# Numbers of their code, beside their parameters, are pixel values of [0, 1].
NEED_UNIT_INTERVAL = ("CarliniLInfMethod", "ElasticNet", "VirtualAdversarialMethod")

# Parameters that are pixel values, or distances in them; all others have no unit, or one of their
# own, such as 255ths (``th``), degrees, percent, and weights of one term against another.
GRADIENT_STEPS = ("eps", "eps_step")
PIXEL_PARAMETERS = {
    "AutoAttack": GRADIENT_STEPS,
    "AutoConjugateGradient": GRADIENT_STEPS,
    "AutoProjectedGradientDescent": GRADIENT_STEPS,
    "BasicIterativeMethod": GRADIENT_STEPS,
    "ElasticNet": ("beta",),
    "FastGradientMethod": GRADIENT_STEPS,
    "MomentumIterativeMethod": GRADIENT_STEPS,
    "ProjectedGradientDescent": GRADIENT_STEPS,
    "ProjectedGradientDescentNumpy": GRADIENT_STEPS,
    "ProjectedGradientDescentTensorFlowV2": GRADIENT_STEPS,
    "RescalingAutoConjugateGradient": GRADIENT_STEPS,
    "SaliencyMapMethod": ("theta",),
    "ShadowAttack": ("sigma",),
    "SimBA": ("epsilon",),
    "SquareAttack": ("eps",),
    "VirtualAdversarialMethod": ("eps", "finite_diff"),
    "ZooAttack": ("learning_rate", "variable_h"),
}

# The norm of ``eps`` where there is no parameter ``norm``; None where it is no norm of pixels.
NORMS_OF_EPS: dict[str, float | None] = {
    "BasicIterativeMethod": float("inf"),
    "VirtualAdversarialMethod": 2.0,
    "Wasserstein": None,
}

# The norms that are text in ART, where they are not those of all other attacks: that of a step.
TEXT_NORMS = {"Wasserstein": ("1", "2", "inf", "wasserstein")}
