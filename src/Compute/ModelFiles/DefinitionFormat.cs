using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating;

namespace MoE.Compute.ModelFiles;

/// <summary>
/// Layout of what a model is, wherever it is stored: target, columns, options, pool. Never changed. The second format
/// is the first, followed by the options that came later, as a list of keys and texts.
/// </summary>
public static class DefinitionFormat
{
    /// <summary>Bytes of a column at least: its name's length and its kind.</summary>
    private const int ColumnBytes = 16;

    /// <summary>Bytes of an expert at least: two lengths and its role.</summary>
    private const int ExpertBytes = 24;

    /// <summary>Bytes of a later option at least: two lengths.</summary>
    private const int OptionBytes = 16;

    /// <summary>Writes a definition in the first format, which leaves out the options that came later.</summary>
    public static void Write(StateWriter state, Schema schema, MixtureOptions options)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(options);
        Write(state, schema);
        state.Write((long)options.Batch);
        state.Write((long)options.Window);
        state.Write(options.Seed);
        state.Write((long)options.MaxClasses);
        state.Write((long)options.Router.TopK);
        state.Write((double)options.Router.BiasRate);
        state.Write((double)options.Router.Rate);
        state.Write((long)options.Pool.Count);
        foreach (var spec in options.Pool)
        {
            state.Write(spec.Id);
            state.Write((long)spec.Role);
            state.Write(spec.Text);
        }
    }

    /// <summary>
    /// Reads a definition in the first format. Whether a mixture can be run with it,
    /// <see cref="MixtureOptions.Validated"/> says.
    /// </summary>
    public static (Schema Schema, MixtureOptions Options) Read(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var schema = ReadSchema(state);
        return (schema, ReadOptions(state));
    }

    /// <summary>Writes the columns of rows and their target.</summary>
    public static void Write(StateWriter state, Schema schema)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(schema);
        state.Write(schema.Target.Name);
        state.Write((long)schema.Features.Count);
        foreach (var feature in schema.Features)
        {
            state.Write(feature.Name);
            state.Write((long)feature.Kind);
        }
    }

    /// <summary>Reads the columns of rows and their target.</summary>
    public static Schema ReadSchema(StateReader state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var target = new Classes(state.ReadString());
        var features = new Column[state.ReadItemCount(ColumnBytes)];
        for (var i = 0; i < features.Length; i++)
            features[i] = new Column(state.ReadString(), (ColumnKind)state.ReadCount((int)ColumnKind.Categorical));
        return new Schema(features, target);
    }

    /// <summary>Writes a definition in the second format.</summary>
    public static void WriteV2(StateWriter state, Schema schema, MixtureOptions options)
    {
        Write(state, schema, options);
        var later = LaterOptions.Texts(options);
        state.Write((long)later.Count);
        foreach (var (key, text) in later)
        {
            state.Write(key);
            state.Write(text);
        }
    }

    /// <summary>Reads a definition in the second format; an option that it does not name has its default.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of a newer version.</exception>
    public static (Schema Schema, MixtureOptions Options) ReadV2(StateReader state)
    {
        var (schema, options) = Read(state);
        var later = new (string Key, string Text)[state.ReadItemCount(OptionBytes)];
        for (var i = 0; i < later.Length; i++)
            later[i] = (state.ReadString(), state.ReadString());
        try
        {
            return (schema, LaterOptions.Read(options, later));
        }
        catch (FormatException e)
        {
            throw state.Damaged(e.Message);
        }
    }

    private static MixtureOptions ReadOptions(StateReader state)
    {
        var options = new MixtureOptions
        {
            Batch = state.ReadCount(int.MaxValue),
            Window = state.ReadCount(int.MaxValue),
            Seed = state.ReadInt64(),
            MaxClasses = state.ReadCount(int.MaxValue),
            Router = new RouterOptions
            {
                TopK = state.ReadCount(int.MaxValue),
                BiasRate = (float)state.ReadDouble(),
                Rate = (float)state.ReadDouble(),
            },
        };
        var pool = new ExpertSpec[state.ReadItemCount(ExpertBytes)];
        for (var i = 0; i < pool.Length; i++)
            pool[i] = new ExpertSpec(
                state.ReadString(), (ExpertRole)state.ReadCount((int)ExpertRole.Routed), state.ReadString());
        return options with { Pool = pool };
    }
}
