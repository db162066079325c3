namespace MoE.Compute.Experts;

/// <summary>
/// What a stream has shown so far: all that the size of an expert depends on besides its options, the same on every
/// machine and in a replay.
/// </summary>
/// <param name="Numeric">Numeric features.</param>
/// <param name="Categorical">Categorical features.</param>
/// <param name="Names">Names of all categorical features together.</param>
/// <param name="Classes">Classes.</param>
internal readonly record struct StreamShape(int Numeric, int Categorical, int Names, int Classes);
