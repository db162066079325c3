using Akka.Configuration;

namespace MoE.Actors.Storage;

/// <summary>The files of the folder hocon, which lie in this assembly.</summary>
internal static class Hocon
{
    /// <summary>One file's content.</summary>
    public static Config Read(string file)
    {
        using var stream = typeof(Hocon).Assembly.GetManifestResourceStream(file)
            ?? throw new ArgumentException($"There is no {file} in this assembly.", nameof(file));
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
