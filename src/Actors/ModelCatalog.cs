using Akka.Actor;
using MoE.Actors.Catalog;
using MoE.Actors.Inspection.Stores;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Growth;
using static MoE.Actors.Catalog.CatalogCommands;
using static MoE.Actors.Catalog.CatalogReplies;

namespace MoE.Actors;

/// <summary>
/// The models of a node: several may be open at once, each with its own log, and one that breaks leaves the others as
/// they are. Closed with their host, after a last checkpoint.
/// </summary>
public sealed class ModelCatalog
{
    private readonly Node _node;

    private ModelCatalog(Node node) => _node = node;

    /// <summary>The models of an actor system that was set up by <see cref="MixtureHosting.AddMixture"/>.</summary>
    /// <exception cref="InvalidOperationException">It was not.</exception>
    public static ModelCatalog Of(ActorSystem system) => new(NodeExtension.Of(system));

    /// <summary>Begins a model that is not there yet, and opens it.</summary>
    /// <param name="name">Its name: 1 to 64 of a-z, 0-9 and '-', starting with a letter.</param>
    /// <param name="schema">Its columns.</param>
    /// <param name="options">What it computes.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="InvalidOptionsException">An option is out of its range.</exception>
    /// <exception cref="ModelException">There is such a model, or the name is none, or it cannot be stored.</exception>
    public async Task<RunningModel> CreateAsync(
        string name, Schema schema, MixtureOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(options);
        options.ValidatedAsNew();
        return await StartAsync(
            name, new ModelOrder(ModelBeginning.New) { Definition = (schema, options) }, cancel);
    }

    /// <summary>Opens a stored model where it stood. Its pool changes by itself as a new model's does.</summary>
    /// <exception cref="ModelException">There is none, or it is open, or in use, or cannot be continued.</exception>
    public Task<RunningModel> OpenAsync(string name, CancellationToken cancel) =>
        OpenAsync(name, new GrowthOptions(), cancel);

    /// <summary>As the other.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="growth">How its pool changes by itself, which no log says: as when it learned last.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="ModelException">There is none, or it is open, or in use, or cannot be continued.</exception>
    public Task<RunningModel> OpenAsync(string name, GrowthOptions growth, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(growth);
        return StartAsync(name, new ModelOrder(ModelBeginning.Stored) { Growth = growth }, cancel);
    }

    /// <summary>Closes a model after a last checkpoint; done when another process could open it.</summary>
    /// <exception cref="ModelException">It is not open.</exception>
    public async Task CloseAsync(string name, CancellationToken cancel) =>
        await _node.AskAsync<ModelClosed>(new CloseModel(Checked(name)), cancel);

    /// <summary>
    /// Deletes a model that is not open: its log, its checkpoints and all that is known of it. Nothing happens where
    /// there is none.
    /// </summary>
    /// <exception cref="ModelException">It is open, here or in another process, or cannot be deleted.</exception>
    public async Task DeleteAsync(string name, CancellationToken cancel) =>
        await _node.AskAsync<ModelDeleted>(new DeleteModel(Checked(name)), cancel);

    /// <summary>All models, open or not, by name.</summary>
    /// <exception cref="ModelException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<ModelSummary>> ListAsync(CancellationToken cancel)
    {
        var open = (await _node.AskAsync<ModelsOpen>(new GetOpenModels(), cancel)).Models
            .ToDictionary(model => model.Name);
        var names = (await _node.Store.ModelsAsync(cancel)).Union(open.Keys).Order(StringComparer.Ordinal);
        List<ModelSummary> models = [];
        foreach (var name in names)
            models.Add(open.TryGetValue(name, out var model)
                ? await SummaryOfAsync(model, cancel)
                : await SummaryOfAsync(name));
        return models;
    }

    private async Task<RunningModel> StartAsync(string name, ModelOrder order, CancellationToken cancel)
    {
        var started = await _node.AskAsync<ModelStarted>(new StartModel(Checked(name), order), cancel);
        var model = new RunningModel(started.Model, _node.System);
        try
        {
            await model.ProgressAsync(SourceId.Stream(""), cancel);
            return model;
        }
        catch (ModelException) when (started.Model.Stopped.IsCompleted)
        {
            await Task.WhenAny(started.Model.Gone, _node.System.WhenTerminated);
            throw;
        }
    }

    private static async Task<ModelSummary> SummaryOfAsync(ModelLink model, CancellationToken cancel)
    {
        try
        {
            var progress = await model.ProgressAsync(SourceId.Stream(""), cancel);
            return new ModelSummary(model.Name, IsOpen: true, progress.Rows, model.Schema, null);
        }
        catch (ModelException e)
        {
            return new ModelSummary(model.Name, IsOpen: false, 0, model.Schema, e.Message);
        }
    }

    private async Task<ModelSummary> SummaryOfAsync(string name)
    {
        try
        {
            var log = await ModelLog.ReadAsync(_node.System, name, _node.Store.Reading, $"model '{name}'");
            var state = log.Replay.State;
            return new ModelSummary(name, IsOpen: false, state.Sources.Values.Sum(source => source.Rows),
                state.Model?.Schema, log.Replay.Damages.Count == 0 ? null : log.Replay.Damages[0]);
        }
        catch (ModelException e)
        {
            return new ModelSummary(name, IsOpen: false, 0, null, e.Message);
        }
    }

    private static string Checked(string name) => DurabilityOptions.IsName(name)
        ? name
        : throw new ModelException(
            $"The model name '{name}' is invalid; it must be 1 to 64 of a-z, 0-9 and '-', starting with a letter.");
}

/// <summary>A model of a node, as a list of them shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsOpen">Whether it is open in this node.</param>
/// <param name="Rows">Rows that were learned, of all sources.</param>
/// <param name="Schema">Its columns and its target; null where they cannot be read.</param>
/// <param name="Problem">Why no more can be said of it, in one sentence; null where nothing is wrong.</param>
public sealed record ModelSummary(string Name, bool IsOpen, long Rows, Schema? Schema, string? Problem);
