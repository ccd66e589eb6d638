namespace IclMesh.Inference.Core.Chat.Jinja;

/// <summary>Bounds what one rendering may cost: steps taken plus characters and items made.</summary>
/// <param name="limit">The bound.</param>
internal sealed class Budget(long limit)
{
    private long spent;

    public void Spend(long cost)
    {
        if (cost > limit - spent)
        {
            throw new TemplateException(TemplateFault.Limit, $"the template needs more than {limit} steps and characters");
        }

        spent += cost;
    }

    /// <summary>Pays for a text.</summary>
    public string Take(string made)
    {
        Spend(made.Length);
        return made;
    }

    /// <summary>Pays for a list.</summary>
    public T Take<T>(T made)
        where T : IReadOnlyCollection<object?>
    {
        Spend(made.Count);
        return made;
    }
}
