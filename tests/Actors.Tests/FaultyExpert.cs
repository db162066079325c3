using MoE.Compute.Encoding;
using MoE.Compute.Experts;
using MoE.Compute.Files;

namespace MoE.Actors.Tests;

/// <summary>An expert that can be made to break or to answer nonsense on chosen batches.</summary>
internal sealed class FaultyExpert(IExpert expert, Func<FeatureBatch, Fault> fault) : IExpert
{
    public int Heads => expert.Heads;

    public void Forward(FeatureBatch batch, int row, int classes, Span<float> logProbabilities)
    {
        var now = row == 0 ? fault(batch) : Fault.None;
        if (now == Fault.Throws)
            throw new InvalidTimeZoneException($"broken by the test on batch {batch.Number}");
        expert.Forward(batch, row, classes, logProbabilities);
        if (now == Fault.NoNumber)
            logProbabilities[0] = float.NaN;
    }

    public void Predict(FeatureBatch batch, int row, int classes, Span<float> logProbabilities) =>
        expert.Predict(batch, row, classes, logProbabilities);

    public void Flush() => expert.Flush();

    public void AddNoise(float deviation, ulong seed) => expert.AddNoise(deviation, seed);

    public void Learn(int target) => expert.Learn(target);

    public IExpert Clone() => new FaultyExpert(expert.Clone(), fault);

    public IPredictor Snapshot(int classes) => expert.Snapshot(classes);

    public void Save(StateWriter state) => expert.Save(state);

    public void Load(StateReader state) => expert.Load(state);
}

internal enum Fault
{
    None,
    Throws,
    NoNumber,
}
