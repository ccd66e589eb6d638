namespace IclMesh.Inference.Core.Models;

/// <summary>How scores of a reduced precision agree with fp32 on the built-in prompts.</summary>
/// <param name="Prompts">Prompts compared.</param>
/// <param name="SameLabel">Share of prompts whose most probable label is the same, in [0, 1].</param>
/// <param name="MarginDifference">Root-mean-square difference of the log-probability margins between the labels, in nats.</param>
public sealed record PrecisionAgreement(int Prompts, double SameLabel, double MarginDifference);
