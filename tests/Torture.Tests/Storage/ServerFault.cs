namespace MoE.Torture.Tests.Storage;

/// <summary>What breaks between a model and its server.</summary>
internal enum ServerFault
{
    /// <summary>The process ends by SIGKILL.</summary>
    Kill,

    /// <summary>The server ends all sessions of the process.</summary>
    Disconnection,

    /// <summary>The server is stopped in good order, and started again.</summary>
    Restart,

    /// <summary>The server crashes, and is started again.</summary>
    Crash,
}
