using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql;

namespace MoE.Actors.Storage;

/// <summary>The files of the folder hocon, which lie in this assembly.</summary>
internal static class Hocon
{
    /// <summary>One file's content.</summary>
    public static Config Read(string file) => Parse(Text(file));

    /// <summary>One file's text.</summary>
    public static string Text(string file)
    {
        using var stream = typeof(Hocon).Assembly.GetManifestResourceStream(file)
            ?? throw new ArgumentException($"There is no {file} in this assembly.", nameof(file));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>What a text says.</summary>
    public static Config Parse(string text) => ConfigurationFactory.ParseString(text);

    /// <summary>What a system over a store is told, whoever else uses it.</summary>
    public static Config Over(IStore store) =>
        Read("akka.hocon").WithFallback(store.Config).WithFallback(SqlPersistence.DefaultConfiguration);

    /// <summary>What a system of our own over a store is made of.</summary>
    public static ActorSystemSetup Setup(IStore store, Config overrides)
    {
        var config = overrides.WithFallback(Read("local.hocon")).WithFallback(Over(store));
        return ActorSystemSetup.Create([BootstrapSetup.Create().WithConfig(config), .. store.Setups]);
    }
}
