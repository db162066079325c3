using MoE.Actors.Gate;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Files;
using MoE.Compute.ModelFiles;

namespace MoE.Actors.Serialization;

/// <summary>Layout of <see cref="ModelCreated"/>: format, columns, options, pool.</summary>
internal static class ModelFormat
{
    public static void Write(StateWriter state, ModelCreated e)
    {
        state.Write((long)e.Format);
        DefinitionFormat.WriteV2(state, e.Schema, e.Options);
    }

    public static ModelCreated Read(StateReader state) => Read(state, DefinitionFormat.ReadV2);

    /// <summary>The first layout, of fewer options.</summary>
    public static ModelCreated ReadV1(StateReader state) => Read(state, DefinitionFormat.Read);

    private static ModelCreated Read(
        StateReader state, Func<StateReader, (Schema Schema, MixtureOptions Options)> readDefinition)
    {
        var format = state.ReadCount(int.MaxValue);
        if (format > ModelCreated.CurrentFormat)
            throw new ModelException($"The stored model has format {format}, and this version of moe reads up to "
                + $"{ModelCreated.CurrentFormat}; use a newer version.");
        var (schema, options) = readDefinition(state);
        return new ModelCreated(format, schema, options);
    }
}
