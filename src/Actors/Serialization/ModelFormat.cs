using MoE.Actors.Gate;
using MoE.Compute.Files;

namespace MoE.Actors.Serialization;

/// <summary>Layout of <see cref="ModelCreated"/>: format, columns, options, pool.</summary>
internal static class ModelFormat
{
    public static void Write(StateWriter state, ModelCreated e)
    {
        state.Write((long)e.Format);
        DefinitionFormat.Write(state, e.Schema, e.Options);
    }

    public static ModelCreated Read(StateReader state)
    {
        var format = state.ReadCount(int.MaxValue);
        if (format > ModelCreated.CurrentFormat)
            throw new ModelException($"The stored model has format {format}, and this version of moe reads up to "
                + $"{ModelCreated.CurrentFormat}; use a newer version.");
        var (schema, options) = DefinitionFormat.Read(state);
        return new ModelCreated(format, schema, options);
    }
}
