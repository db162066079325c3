using MoE.Compute.Data;
using MoE.Compute.Data.Generators;

namespace MoE.Benchmarks.Pool;

/// <summary>A stream that leaves out the rows of one class until it has given so many of the others.</summary>
internal sealed class HiddenClass(IRowGenerator generator, int hidden, int until) : IRowGenerator
{
    private int _given;

    public Schema Schema => generator.Schema;

    public IReadOnlyList<string> Classes => generator.Classes;

    public IReadOnlyList<string> Categories(int feature) => generator.Categories(feature);

    public int Draw(Span<float> features)
    {
        var drawn = generator.Draw(features);
        while (_given < until && drawn == hidden)
            drawn = generator.Draw(features);
        _given++;
        return drawn;
    }
}
