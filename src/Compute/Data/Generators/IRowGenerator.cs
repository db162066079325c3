namespace MoE.Compute.Data.Generators;

/// <summary>Draws the rows of an artificial stream, one after the other and without end.</summary>
public interface IRowGenerator
{
    /// <summary>The columns.</summary>
    Schema Schema { get; }

    /// <summary>The names of the classes, by the number that <see cref="Draw"/> gives.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>The names of a categorical feature, by the number that <see cref="Draw"/> gives.</summary>
    IReadOnlyList<string> Categories(int feature);

    /// <summary>Draws the next row: writes its D features, and gives its class.</summary>
    int Draw(Span<float> features);
}
